synchronized (props) {
    if (System.currentTimeMillis() > (props.get('shared.expires_at') ?: 0L)) {
        @FETCH@
        props.put('shared.token', answer.access_token)
        props.put('shared.expires_at', System.currentTimeMillis() + answer.expires_in * 900L)
    }
    vars.put('token', props.get('shared.token'))
}
