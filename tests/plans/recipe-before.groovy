// The recipe people copy: every thread keeps a token in its own variables, looks at the clock before each
// request, and fetches a new token when its own has run out.

import groovy.json.JsonSlurper
import org.apache.jmeter.protocol.http.control.Header
import org.apache.jmeter.protocol.http.control.HeaderManager

def now = System.currentTimeMillis()
if (vars.get('token') == null || now >= vars.get('expires_at').toLong()) {
    def login = "${props.get('client_id')}:${props.get('client_secret')}".bytes.encodeBase64().toString()
    def connection = new URL(props.get('token_url')).openConnection()
    connection.requestMethod = 'POST'
    connection.doOutput = true
    connection.setRequestProperty('Authorization', "Basic $login")
    connection.outputStream.withStream { it.write('grant_type=client_credentials'.bytes) }
    if (connection.responseCode == 200) {
        def answer = new JsonSlurper().parse(connection.inputStream)
        vars.put('token', answer.access_token)
        vars.put('expires_at', (now + answer.expires_in * 1000L).toString())
    } else {
        log.warn("no token: ${connection.responseCode}")
        connection.errorStream?.bytes
    }
}

if (vars.get('token') != null) {
    def headers = new HeaderManager()
    headers.add(new Header('Authorization', "Bearer ${vars.get('token')}"))
    sampler.headerManager = headers
}
