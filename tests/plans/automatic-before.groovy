// A sampler that leaves redirects to the HTTP client.

import io.tollgate.Tollgate

sampler.autoRedirects = true
Tollgate.credential('demo').authorize(sampler)
