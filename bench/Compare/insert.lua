-- Transactions of one row each, for sysbench: the same rows as the other load writes.
function thread_init()
    connection = sysbench.sql.driver():connect()
end

function event()
    local r = sysbench.rand.uniform(1, 1000000)
    connection:query(string.format(
        "INSERT INTO sb(k, c, pad, d, ts) VALUES(%d, concat(md5(%d), md5(%d), md5(%d)), 'p%d', %d * 1.25, utc_timestamp(6))",
        r, r, r + 1, r + 2, r, r))
end

function thread_done()
    connection:disconnect()
end
