-- Command::Mark. The refresh token is about to be sent.
--
-- KEYS  1 token  2 lease
-- ARGV  1 owner and fence  2 fence
if redis.call('GET', KEYS[2]) ~= ARGV[1] then
  return 'late'
end
local refresh = redis.call('HMGET', KEYS[1], 'refresh', 'sent_by')
if not refresh[1] or refresh[2] then
  return 'late'
end
redis.call('HSET', KEYS[1], 'sent_by', ARGV[2])
return 'done'
