// Writes the token down, for the test to look for it where it must not be.

import io.tollgate.Tollgate

synchronized (props) {
    new File('tokens.txt') << Tollgate.credential(vars.get('profile')).token() << '\n'
}
