import io.tollgate.Tollgate

Tollgate.credential('demo').report(prev)
