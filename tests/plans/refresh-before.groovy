// What people write for a refresh token: it lies in a property that all threads share, and each thread whose access
// token has run out refreshes with what it finds there.

import groovy.json.JsonSlurper
import org.apache.jmeter.protocol.http.control.Header
import org.apache.jmeter.protocol.http.control.HeaderManager

def now = System.currentTimeMillis()
if (vars.get('token') == null || now >= vars.get('expires_at').toLong()) {
    def connection = new URL(props.get('token_url')).openConnection()
    connection.requestMethod = 'POST'
    connection.doOutput = true
    def body = "grant_type=refresh_token&client_id=public&refresh_token=${props.get('refresh_token')}"
    connection.outputStream.withStream { it.write(body.bytes) }
    if (connection.responseCode == 200) {
        def answer = new JsonSlurper().parse(connection.inputStream)
        props.put('refresh_token', answer.refresh_token)
        vars.put('token', answer.access_token)
        vars.put('expires_at', (now + answer.expires_in * 1000L).toString())
    } else {
        log.warn("no token: ${connection.responseCode}")
        connection.errorStream?.bytes
    }
}

def headers = new HeaderManager()
headers.add(new Header('Authorization', "Bearer ${vars.get('token')}"))
sampler.headerManager = headers
