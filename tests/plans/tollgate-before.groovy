import io.tollgate.Tollgate

Tollgate.credential('demo').authorize(sampler)
