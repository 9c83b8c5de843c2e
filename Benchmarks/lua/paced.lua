-- Waits between two requests of a connection, evenly spread between nothing and twice the mean in milliseconds.
local twice_the_mean

function init(arguments)
    twice_the_mean = 2 * tonumber(arguments[1])
    math.randomseed(1)
end

function delay()
    return math.random(0, twice_the_mean)
end
