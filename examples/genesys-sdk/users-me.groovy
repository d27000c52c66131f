// The SDK keeps one token per ApiClient and never renews one of client credentials. Each thread has its own client, and so
// its own connections. Tollgate's token is set before each call.

import com.mypurecloud.sdk.v2.ApiClient
import com.mypurecloud.sdk.v2.ApiException
import com.mypurecloud.sdk.v2.api.UsersApi
import io.tollgate.Tollgate

def genesys = Tollgate.credential('genesys')

def client = vars.getObject('client')
if (client == null) {
    client = ApiClient.Builder.standard()
        .withBasePath(props.getProperty('api.url', 'https://api.mypurecloud.com.au'))
        .build()
    vars.putObject('client', client)
}

genesys.pause()
def token = genesys.token()
client.accessToken = token
try {
    new UsersApi(client).getUsersMe(null, null)
    genesys.report(200, null, token)
} catch (ApiException e) {
    SampleResult.successful = false
    SampleResult.responseCode = e.statusCode.toString()
    SampleResult.responseMessage = e.message
    genesys.report(e.statusCode, e.headers, token)
}
