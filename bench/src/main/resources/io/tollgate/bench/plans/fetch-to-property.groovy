props.put('token', answer.access_token)
props.put('expires_at', (System.currentTimeMillis() + answer.expires_in * 900L).toString())
