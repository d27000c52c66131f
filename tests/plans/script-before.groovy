// The headers of one request, as a script with a client of its own asks for them.

import io.tollgate.Tollgate
import org.apache.jmeter.protocol.http.control.Header
import org.apache.jmeter.protocol.http.control.HeaderManager

def headers = new HeaderManager()
Tollgate.credential('demo').headers(sampler.method, sampler.url.toString()).each { name, value ->
    headers.add(new Header(name, value))
}
sampler.addTestElement(headers)
