-- Logs in with wrong passwords, each time as somebody else, so that each guess is looked at and no account is delayed.
local threads = {}
local count = 0

refused, busy, others = 0, 0, 0

function setup(thread)
    threads[#threads + 1] = thread
end

function init()
    wrk.headers["Content-Type"] = "application/json"
end

function request()
    count = count + 1
    local body = string.format('{"email":"user%d@example.com","password":"not the password %d"}', count, count)
    return wrk.format("POST", "/api/v1/auth/login", nil, body)
end

function response(status)
    if status == 401 then
        refused = refused + 1
    elseif status == 503 then
        busy = busy + 1
    else
        others = others + 1
    end
end

function done()
    for _, thread in ipairs(threads) do
        print(string.format("logins refused %d busy %d others %d",
            thread:get("refused"), thread:get("busy"), thread:get("others")))
    end
end
