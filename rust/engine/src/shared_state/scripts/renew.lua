-- The request takes long: the lease is kept for as long again, if it is still the caller's.
--
-- KEYS  1 lease
-- ARGV  1 owner and fence  2 lease in ms
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 'late'
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 'done'
