// The forum's answer to a 401: drop the token, but only if it is still the one that was sent.

if (prev.responseCode == '401') {
    def cache = props.get('forum.cache')
    synchronized (cache) {
        if (cache.token == vars.get('sent_token')) {
            cache.remove('token')
        }
    }
}
