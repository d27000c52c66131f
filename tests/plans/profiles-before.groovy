// Each thread uses the profile of its own number, from the list in the property `profiles`.

import io.tollgate.Tollgate

def names = props.get('profiles').tokenize(',')
vars.put('profile', names[ctx.threadNum % names.size()])
Tollgate.credential(vars.get('profile')).authorize(sampler)
