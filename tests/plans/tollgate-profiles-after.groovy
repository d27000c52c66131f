// Each thread reports to the profile that it used: see profiles-before.groovy.

import io.tollgate.Tollgate

Tollgate.credential(vars.get('profile')).report(prev)
