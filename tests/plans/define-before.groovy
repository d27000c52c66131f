// The first thread's definition is good; the second, which waits for it, says something else about the same profile.

import io.tollgate.Tollgate
import java.util.concurrent.CountDownLatch
import java.util.concurrent.TimeUnit

def settings = [token_url: props.get('token_url'), client_id: props.get('client_id'), client_secret: props.get('client_secret')]
def first = props.computeIfAbsent('first.defined') { new CountDownLatch(1) }
if (ctx.threadNum == 0) {
    Tollgate.define('defined', settings).authorize(sampler)
    first.countDown()
} else {
    first.await(60, TimeUnit.SECONDS)
    Tollgate.define('defined', settings + [client_id: 'another']).authorize(sampler)
}
