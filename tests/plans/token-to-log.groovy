// What a helpful script may do.

import io.tollgate.Tollgate

synchronized (props) {
    new File('tokens.txt') << Tollgate.credential(vars.get('profile')).token() << '\n'
}
log.info("the token is ${Tollgate.credential(vars.get('profile')).token()}")
