// JMeter inside another program: runs of a plan in one JVM, one after the other, that end each in another of three ways.
// Between two runs it looks at what the JVM holds.
//
// Arguments: the JMeter home, the plan, for how many seconds, the longest run in seconds, a seed, the profiles with
// commas. Reads run.properties, appends to results.jtl, and writes a line of JSON for each run to runs.jsonl.

import groovy.json.JsonOutput
import groovy.json.JsonSlurper
import io.tollgate.Tollgate
import java.lang.management.ManagementFactory
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

def random = new Random(args[4].toLong())
def profiles = args[5].tokenize(',')
def deadline = System.nanoTime() + args[2].toLong() * 1_000_000_000L
def longest = args[3].toInteger()
def endings = ['DURATION', 'SHUTDOWN', 'STOP_NOW']

def field = { String name ->
    (new File('/proc/self/status').readLines().find { it.startsWith(name) } ?: '0').replaceAll('[^0-9]', '').toLong()
}
def status = { profiles.collectEntries { [it, new JsonSlurper().parseText(Tollgate.credential(it).status())] } }
// A token request of the run may still be under way: it is counted when it has ended.
def settled = {
    def until = System.nanoTime() + 60_000_000_000L
    def now = status()
    while (now.values().any { it.stale || it.state in ['fetching', 'refreshing', 'draining'] }) {
        if (System.nanoTime() > until) {
            throw new IllegalStateException("a token request did not end: $now")
        }
        Thread.sleep(100)
        now = status()
    }
    now
}

for (int run = 0; System.nanoTime() < deadline; run++) {
    def ending = endings[run % 3]
    def left = Math.max(5, (deadline - System.nanoTime()).intdiv(1_000_000_000L))
    def seconds = Math.min(left, (longest / 2 + random.nextInt((longest / 2) as int)) as long)
    JMeterUtils.setProperty('duration', "${ending == 'DURATION' ? seconds : seconds + 3600}")
    def plan = SaveService.loadTree(new File(args[1]))
    def results = new ResultCollector()
    results.filename = 'results.jtl'
    plan.add(plan.getArray()[0], results)
    def engine = new StandardJMeterEngine()
    engine.configure(plan)
    def from = System.currentTimeMillis()
    println "Starting standalone test @ run $run ($from)"
    def running = new Thread(engine, 'chaos run')
    running.start()
    running.join(seconds * 1000)
    def stopped = System.currentTimeMillis()
    if (ending == 'SHUTDOWN') {
        engine.askThreadsToStop()
    } else if (ending == 'STOP_NOW') {
        engine.stopTest(true)
    }
    running.join()
    def ended = System.currentTimeMillis()
    def counts = settled()
    2.times { System.gc() }
    new File('runs.jsonl') << JsonOutput.toJson([
        ending: ending, from: from, stopped: stopped, ended: ended,
        heap: ManagementFactory.memoryMXBean.heapMemoryUsage.used,
        resident: field('VmRSS:') * 1024, threads: field('Threads:'), counts: counts,
    ]) << '\n'
}
