// JMeter inside another program, as build plugins and test frameworks have it: several runs of a plan in one JVM, with
// everything on one plain class path.
//
// Arguments: the JMeter home, the plan, the number of runs. Reads run.properties and appends to results.jtl.

import org.apache.jmeter.engine.StandardJMeterEngine
import org.apache.jmeter.reporters.ResultCollector
import org.apache.jmeter.save.SaveService
import org.apache.jmeter.util.JMeterUtils

def home = new File(args[0])
JMeterUtils.loadJMeterProperties(new File(home, 'bin/jmeter.properties').path)
JMeterUtils.setJMeterHome(home.path)
JMeterUtils.initLocale()
new File('run.properties').withReader { JMeterUtils.JMeterProperties.load(it) }
SaveService.loadProperties()

args[2].toInteger().times { run ->
    def plan = SaveService.loadTree(new File(args[1]))
    def results = new ResultCollector()
    results.filename = 'results.jtl'
    plan.add(plan.getArray()[0], results)
    def engine = new StandardJMeterEngine()
    engine.configure(plan)
    println "Starting standalone test @ run $run (${System.currentTimeMillis()})"
    engine.run()
}
