-- Sends the tokens of a file, one a line, in turn: once through the file and every one has been seen once.
local requests = {}
local position = 0

function init(arguments)
    for token in io.lines(arguments[1]) do
        wrk.headers["Authorization"] = "Bearer " .. token
        requests[#requests + 1] = wrk.format("GET", "/")
    end
end

function request()
    position = position % #requests + 1
    return requests[position]
end
