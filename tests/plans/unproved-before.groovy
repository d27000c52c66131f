// A token that is bound to a key, sent as if it were a bearer token's like: without a proof.

import io.tollgate.Tollgate
import org.apache.jmeter.protocol.http.control.Header
import org.apache.jmeter.protocol.http.control.HeaderManager

def headers = new HeaderManager()
headers.add(new Header('Authorization', Tollgate.credential('demo').authorization()))
sampler.addTestElement(headers)
