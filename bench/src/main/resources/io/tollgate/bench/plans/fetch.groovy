def login = "${props.get('client_id')}:${props.get('client_secret')}".bytes.encodeBase64().toString()
def connection = new URL(props.get('token_url')).openConnection()
connection.requestMethod = 'POST'
connection.doOutput = true
connection.setRequestProperty('Authorization', "Basic $login")
connection.outputStream.withStream { it.write('grant_type=client_credentials'.bytes) }
def answer = new groovy.json.JsonSlurper().parse(connection.inputStream)
