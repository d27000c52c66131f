-- Command::Publish and Command::Release. Ends the lease, if it is still the caller's.
--
-- KEYS  1 token  2 lease  3 gate  4… refusals of the secret, and of the secret with this grant, where a request was sent
-- ARGV  1 owner and fence  2 fence  3 what became of the refresh token  4 the refresh token, sealed
--       5 the token, sealed; empty: none came  6 its end in ms  7 how long a refresh token is kept, in ms
--       8 the gate to close; empty: none  9 how long it is closed, in ms  10 channel  11 the credential's name
--       12 the refusal of the client; empty: none  13 how long it is believed, in ms  14 which of the two it is
--       15 what the token says of the one that it replaced
local newest = false
if ARGV[5] ~= '' then
  local fence = tonumber(redis.call('HGET', KEYS[1], 'fence') or '0')
  if fence < tonumber(ARGV[2]) then
    newest = true
    redis.call('HSET', KEYS[1], 'fence', ARGV[2], 'ends', ARGV[6], 'sealed', ARGV[5])
    redis.call('HDEL', KEYS[1], 'dead', 'after')
    if ARGV[15] ~= '' then
      redis.call('HSET', KEYS[1], 'after', ARGV[15])
    end
  end
end
local mine = redis.call('HGET', KEYS[1], 'sent_by') == ARGV[2]
if ARGV[3] == 'given' and newest then
  redis.call('HSET', KEYS[1], 'refresh', ARGV[4], 'refresh_fence', ARGV[2])
  redis.call('HDEL', KEYS[1], 'sent_by')
elseif ARGV[3] == 'good' and mine then
  redis.call('HDEL', KEYS[1], 'sent_by')
elseif ARGV[3] == 'refused' and mine then
  redis.call('HDEL', KEYS[1], 'refresh', 'refresh_fence', 'sent_by')
end
if newest then
  -- A refresh token outlives the access token, and the mark of one that was sent has to.
  local keep = tonumber(ARGV[7])
  if redis.call('HEXISTS', KEYS[1], 'refresh') == 0 then
    local time = redis.call('TIME')
    keep = math.max(tonumber(ARGV[6]) - time[1] * 1000, 0) + 60000
  end
  redis.call('PEXPIRE', KEYS[1], keep)
end
if ARGV[5] ~= '' then
  -- The client was accepted.
  for i = 4, #KEYS do
    redis.call('DEL', KEYS[i])
  end
elseif ARGV[12] ~= '' then
  redis.call('SET', KEYS[3 + tonumber(ARGV[14])], ARGV[12], 'PX', ARGV[13])
end
if ARGV[8] ~= '' then
  local gate = redis.call('GET', KEYS[3])
  local till = gate and tonumber(string.match(gate, '^%d+')) or 0
  if tonumber(string.match(ARGV[8], '^%d+')) >= till then
    redis.call('SET', KEYS[3], ARGV[8], 'PX', ARGV[9])
  end
end
if redis.call('GET', KEYS[2]) == ARGV[1] then
  redis.call('DEL', KEYS[2])
end
redis.call('PUBLISH', ARGV[10], ARGV[11] .. ' ' .. (newest and ARGV[2] or '0'))
return (ARGV[5] == '' or newest) and 'done' or 'late'
