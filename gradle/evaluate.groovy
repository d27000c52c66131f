// Applies the build scripts with the Gradle on the class path: evaluate.groovy <root directory> <Gradle user home>
//
// Run by the task `evaluateWithNewerGradles`. It fails where that Gradle refuses a script, can't find what a task
// depends on, can't resolve a configuration, or says that a script uses what the next major version removes.

import org.gradle.api.artifacts.result.UnresolvedDependencyResult
import org.gradle.api.logging.configuration.WarningMode
import org.gradle.internal.deprecation.DeprecationLogger
import org.gradle.testfixtures.ProjectBuilder
import org.gradle.util.GradleVersion

def rootDir = new File(args[0])
def userHome = new File(args[1])

def included = []
new GroovyShell(new Binding(rootProject: new Expando(), include: { String... names -> included.addAll(names) }))
    .evaluate(new File(rootDir, 'settings.gradle'))
def properties = new Properties()
new File(rootDir, 'gradle.properties').withInputStream { properties.load(it) }

def builder = { ProjectBuilder.builder().withGradleUserHomeDir(userHome) }
def root = builder().withName('tollgate').withProjectDir(rootDir).build()
def projects = [root] + included.collect {
    builder().withName(it).withProjectDir(new File(rootDir, it)).withParent(root).build()
}
projects.each { project ->
    properties.each { name, value ->
        if (name in ['group', 'version']) {
            project.setProperty(name, value)
        } else {
            project.ext.set(name, value)
        }
    }
}

// Of itself a deprecation is only counted, for the summary of a build.
def deprecations = DeprecationLogger.DEPRECATED_FEATURE_HANDLER
deprecations.@warningMode = WarningMode.Fail

projects.each { project ->
    // Not `evaluate()`: that looks for Gradle's own jars, which the one jar of its API does not have.
    project.apply(from: new File(project.projectDir, 'build.gradle'))
    project.state.toBeforeEvaluate()
    project.state.toEvaluate()
    project.state.toAfterEvaluate()
    project.state.configured()
}
def tasks = projects.collectMany { it.tasks as List }
tasks.each { it.taskDependencies.getDependencies(it) }

def resolvable = projects.collectMany { it.configurations.findAll { it.canBeResolved } }
def unresolved = resolvable.collectMany { configuration ->
    configuration.incoming.resolutionResult.allDependencies.findAll { it instanceof UnresolvedDependencyResult }
        .collect { "$configuration: $it.attempted: $it.failure.message".toString() }
}.unique()
if (unresolved) {
    throw new IllegalStateException("not resolved:\n${unresolved.join('\n')}")
}
if (DeprecationLogger.deprecationFailure) {
    throw DeprecationLogger.deprecationFailure
}
println "Gradle ${GradleVersion.current().version}: ${projects.size()} scripts, ${tasks.size()} tasks, " +
    "${resolvable.size()} configurations"
System.exit(0) // Gradle's services leave threads that would keep the JVM
