-- wrk -t1 -c64 -d10s -s bench/heartbeats.lua http://127.0.0.1:8089/api/v1/heartbeats -- TOKEN [HOSTS]
-- Each thread plays its own share of the hosts in turn; every report is new (sequence grows), no report carries
-- components, and every host holds its (empty) desired list: a fleet at rest.
local threads = 0

function setup(thread)
  thread:set("id", threads)
  threads = threads + 1
end

function init(args)
  token = args[1] or ""
  hosts = tonumber(args[2] or "10000")
  base = os.time() * 1000000
  n = 0
  headers = { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. token }
end

function request()
  n = n + 1
  local host = n % hosts
  local body = string.format(
    '{"host":"bench-%d-%05d","incarnation":1,"sequence":%d,"region":"cn-hz","idc":"hz-%d","address":"10.%d.%d.%d:7000",' ..
    '"usage":{"cpu":0.25,"memory":0.5,"disk":0.75},"desiredVersion":1}',
    id, host, base + n, host % 3, id, math.floor(host / 250), host % 250)
  return wrk.format("POST", nil, headers, body)
end

function done(summary, latency)
  io.write(string.format("answered %d, refused %d, unanswered %d, seconds %.3f, p50 %.2f ms, p99 %.2f ms, max %.2f ms\n",
    summary.requests, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    summary.duration / 1000000, latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000))
end
