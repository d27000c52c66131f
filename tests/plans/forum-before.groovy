// The forum's answer, as good as it can fairly be: one token for all threads in JMeter's properties, fetched under
// one lock, with a safety buffer before it expires, Retry-After obeyed (seconds or a date), and exponential backoff
// with jitter where the server names no time. A token that is still good is used while a refresh has to wait.

import groovy.json.JsonSlurper
import java.time.Duration
import java.time.ZonedDateTime
import java.time.format.DateTimeFormatter
import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.ThreadLocalRandom
import org.apache.jmeter.protocol.http.control.Header
import org.apache.jmeter.protocol.http.control.HeaderManager

final long SAFETY_BUFFER_MS = 5_000
final int MAX_ATTEMPTS = 6

// Milliseconds to wait, or null if the server did not say.
Long retryAfter(connection) {
    String value = connection.getHeaderField('Retry-After')?.trim()
    if (!value) return null
    if (value.isLong()) return value.toLong() * 1000
    try {
        def until = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
        return Math.max(0, Duration.between(ZonedDateTime.now(), until).toMillis())
    } catch (ignored) {
        return null
    }
}

def cache = props.computeIfAbsent('forum.cache') { new ConcurrentHashMap([failures: 0, notBefore: 0L]) }
synchronized (cache) {
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        long now = System.currentTimeMillis()
        if (cache.token && now < cache.expiresAt - SAFETY_BUFFER_MS) break
        if (now < cache.notBefore) {
            if (cache.token && now < cache.expiresAt) break
            Thread.sleep(cache.notBefore - now)
        }
        def login = "${props.get('client_id')}:${props.get('client_secret')}".bytes.encodeBase64().toString()
        def connection = new URL(props.get('token_url')).openConnection()
        connection.connectTimeout = 5_000
        connection.readTimeout = (props.get('read.timeout') ?: '15000') as int
        connection.requestMethod = 'POST'
        connection.doOutput = true
        connection.setRequestProperty('Authorization', "Basic $login")
        Long wait = null
        try {
            connection.outputStream.withStream { it.write('grant_type=client_credentials'.bytes) }
            if (connection.responseCode == 200) {
                def answer = new JsonSlurper().parse(connection.inputStream)
                cache.token = answer.access_token
                cache.expiresAt = System.currentTimeMillis() + answer.expires_in * 1000L
                cache.failures = 0
                break
            }
            wait = retryAfter(connection)
            log.warn("token endpoint: ${connection.responseCode}, Retry-After ${wait} ms")
            connection.errorStream?.bytes
        } catch (IOException e) {
            log.warn("token endpoint: $e")
        }
        long backoff = Math.min(60_000L, 1000L << Math.min(cache.failures, 6))
        cache.failures += 1
        cache.notBefore = System.currentTimeMillis() +
            (wait ?: backoff.intdiv(2) + ThreadLocalRandom.current().nextLong(backoff.intdiv(2) + 1))
    }
    vars.put('sent_token', cache.token ?: '')
}

if (vars.get('sent_token')) {
    def headers = new HeaderManager()
    headers.add(new Header('Authorization', "Bearer ${vars.get('sent_token')}"))
    sampler.headerManager = headers
}
