// The usual answer to a 401: clear the cache, whichever token the request was sent with.

if (prev.responseCode == '401') {
    def cache = props.get('forum.cache')
    synchronized (cache) {
        cache.remove('token')
    }
}
