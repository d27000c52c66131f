// Each thread calls the API of its own number with the profile of the same number, from the lists in the properties
// `profiles` and `api.ports`.

import io.tollgate.Tollgate

def names = props.get('profiles').tokenize(',')
int number = ctx.threadNum % names.size()
vars.put('profile', names[number])
sampler.port = props.get('api.ports').tokenize(',')[number] as int
Tollgate.credential(names[number]).authorize(sampler)
