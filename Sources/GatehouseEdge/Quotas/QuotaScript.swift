/// The script that takes from quotas inside of Redis, where it is the only one that runs.
///
/// The same rule as `CellRate`, in whole nanoseconds, so both answer alike: a key holds the server's time in microseconds and the nanoseconds
/// that were used up then. A burst is at most a day, so no number reaches 2^53, up to which Lua counts exactly. Time that steps back counts
/// as none passed, and more than one full burst is never stored (security Q-08), so nobody waits for a clock.
///
/// Arguments for each key: the nanoseconds of one request, those of a full burst, and how many requests are taken; 0 only
/// looks, less than 0 gives back.
/// The answer is one string, for each key `1` or `0` and the nanoseconds that are left, such as `159400000000;`. It needs Redis 5 or later.
enum QuotaScript {
    static let text = """
        local time=redis.call('TIME')
        local now=time[1]*1000000+time[2]
        local answer=''
        for i=1,#KEYS do
         local step,room,cost=tonumber(ARGV[3*i-2]),tonumber(ARGV[3*i-1]),tonumber(ARGV[3*i])
         local used,mends=0,false
         local stored=redis.call('GET',KEYS[i])
         local at,level=string.match(stored or '','^(%d+) (%d+)$')
         if at then
          used=tonumber(level)
          if tonumber(at)>now then mends=true else used=used-(now-at)*1000 end
          if used<0 then used=0 elseif used>room then used=room mends=true end
         end
         local allowed=used+step*math.max(cost,1)<=room
         if cost<0 then allowed=true end
         if allowed then used=math.max(used+step*cost,0) end
         if cost<0 and stored or used>0 and (mends or allowed and cost>0) then
          redis.call('SET',KEYS[i],string.format('%.0f %.0f',now,used),'PX',math.ceil(used/1000000)+1)
         end
         answer=answer..(allowed and '1' or '0')..string.format('%.0f',room-used)..';'
        end
        return answer
        """

    /// The SHA-1 of the text, by which the server knows it.
    static let digest = "582f123d3b683ecbd5089d6669b0b533ed580cf5"
}
