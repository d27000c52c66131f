-- Command::Admit. One step: the token if there is a newer one, else a refusal of the client, the gate, the lease, the limits,
-- and the lease is the caller's.
--
-- KEYS  1 token  2 lease  3 gate  4 fence  5 attempts  6 refusal of the secret  7 refusal of the secret with this grant
-- ARGV  1 owner  2 known fence  3 "1": the API refused it  4 lease in ms  5 a gate that is forged, as it was read
--       6 a token that is forged, sealed as it was read  7 a refusal that is forged, as it was read  8 spacing in ms
--       9… budgets: window in ms, most
-- Answers  {kind, now, …}; now is the store's clock in ms
local time = redis.call('TIME')
local micros = time[1] * 1000000 + time[2]
local now = math.floor(micros / 1000)

local token = redis.call('HMGET', KEYS[1], 'fence', 'ends', 'sealed', 'dead', 'after')
if token[3] and token[3] == ARGV[6] then
  redis.call('HDEL', KEYS[1], 'fence', 'ends', 'sealed', 'dead', 'after')
  token = {}
end
local fence = tonumber(token[1] or '0')
if ARGV[3] == '1' and token[1] == ARGV[2] then
  redis.call('HSET', KEYS[1], 'dead', '1')
  token[4] = '1'
end
if fence > tonumber(ARGV[2]) and token[4] ~= '1' and tonumber(token[2]) > now then
  return {'token', now, token[1], token[2], token[3], token[5]}
end

for i = 6, 7 do
  local refusal = redis.call('GET', KEYS[i])
  if refusal and refusal == ARGV[7] then
    redis.call('DEL', KEYS[i])
  elseif refusal then
    return {'refused', now, KEYS[i], refusal}
  end
end

local gate = redis.call('GET', KEYS[3])
if gate and gate == ARGV[5] then
  redis.call('DEL', KEYS[3])
  gate = false
end
if gate then
  local till = tonumber(string.match(gate, '^%d+'))
  -- One that names no time is forged too. The caller can tell.
  if not till or till > now then
    return {'gated', now, gate}
  end
end

local left = redis.call('PTTL', KEYS[2])
if left ~= -2 then
  return {'held', now, left}
end

local longest = 0
for i = 9, #ARGV, 2 do
  local window, most = tonumber(ARGV[i]), tonumber(ARGV[i + 1])
  longest = math.max(longest, window)
  local taken = redis.call('ZRANGE', KEYS[5], '(' .. (now - window), '+inf', 'BYSCORE', 'WITHSCORES')
  local count = #taken / 2
  if count >= most then
    -- When so many have left the window that one more is allowed.
    return {'limited', now, 'budget', tonumber(taken[2 * (count - most) + 2]) + window}
  end
end
local spacing = tonumber(ARGV[8])
local last = redis.call('ZRANGE', KEYS[5], -1, -1, 'WITHSCORES')
if spacing > 0 and last[2] and tonumber(last[2]) + spacing > now then
  return {'limited', now, 'spacing', tonumber(last[2]) + spacing}
end

-- Larger than all before, also where they were lost with the store's memory.
local next = math.max(tonumber(redis.call('GET', KEYS[4]) or '0') + 1, micros)
local text = string.format('%.0f', next)
redis.call('SET', KEYS[4], text, 'PX', 30 * 86400000)
redis.call('SET', KEYS[2], ARGV[1] .. ' ' .. text, 'PX', ARGV[4])
if spacing > 0 or longest > 0 then
  local keep = math.max(longest, spacing)
  redis.call('ZREMRANGEBYSCORE', KEYS[5], '-inf', now - keep)
  redis.call('ZADD', KEYS[5], now, text)
  redis.call('PEXPIRE', KEYS[5], keep)
end
local refresh = redis.call('HMGET', KEYS[1], 'refresh', 'refresh_fence', 'sent_by')
return {'granted', now, text, refresh[1], refresh[2], refresh[3]}
