<?php
// phpredis: sessions in a database of their own, with and without locks, and the client itself.

$port = (int) $argv[1];

function show(string $label, $value): void
{
    // not by echo, after which PHP lets no session begin
    fwrite(STDOUT, $label . ': ' . json_encode($value, JSON_INVALID_UTF8_SUBSTITUTE) . "\n");
}

function client(int $port, int $database): Redis
{
    $redis = new Redis();
    $redis->connect('127.0.0.1', $port);
    $redis->select($database);
    return $redis;
}

function session(int $port, int $database, string $id, callable $work)
{
    ini_set('session.save_path', "tcp://127.0.0.1:$port?database=$database&prefix=S:");
    session_id($id);
    session_start();
    $result = $work();
    session_write_close();
    return $result;
}

function counted(): int
{
    $_SESSION['count'] = ($_SESSION['count'] ?? 0) + 1;
    return $_SESSION['count'];
}

function sessions(int $port): void
{
    ini_set('session.save_handler', 'redis');
    ini_set('session.use_cookies', '0');
    ini_set('session.cache_limiter', '');
    ini_set('session.gc_maxlifetime', '1000');
    show('counts', [session($port, 1, 'one', 'counted'), session($port, 1, 'one', 'counted'), session($port, 2, 'one', 'counted')]);
    $one = client($port, 1);
    show('kept', [$one->keys('*'), $one->get('S:one'), $one->ttl('S:one') > 900, client($port, 0)->dbSize()]);
    session($port, 1, 'one', fn () => session_destroy());
    show('destroyed', $one->keys('*'));
    ini_set('redis.session.locking_enabled', '1');
    ini_set('redis.session.lock_wait_time', '2000');
    ini_set('redis.session.lock_retries', '-1');
    show('locked', session($port, 1, 'two', fn () => [counted(), $one->exists('S:two_LOCK')]));
    show('unlocked', $one->keys('*'));
}

// many requests of one browser at once: with its lock, no count is lost
function rivals(int $port, int $count): void
{
    $running = [];
    for ($i = 0; $i < $count; $i++) {
        $running[] = proc_open([PHP_BINARY, __FILE__, (string) $port, 'rival'], [], $pipes);
    }
    foreach ($running as $each) {
        while (proc_get_status($each)['running']) {
            usleep(1000);
        }
    }
    show('rivals', session($port, 1, 'two', fn () => $_SESSION['count']));
}

function commands(int $port): void
{
    $redis = client($port, 3);
    show('pipeline', $redis->multi(Redis::PIPELINE)->set('a', 1)->incr('a')->lPush('a', 'x')->get('a')->exec());
    show('multi', $redis->multi()->hMSet('h', ['f' => 1, 'g' => 2])->hGetAll('h')->zAdd('z', 1.5, 'm', 2, 'n')->exec());
    $redis->watch('a');
    client($port, 3)->incr('a');
    show('watch', $redis->multi()->incr('a')->exec());
    show('error', [$redis->lPush('a', 1), $redis->getLastError()]);
    show('script', [$redis->eval('return {KEYS[1], ARGV[1], 3.9}', ['k', 'v'], 1), $redis->script('load', 'return 7'), $redis->evalSha(sha1('return 7'))]);
    show('stream', [$redis->xAdd('s', '1-1', ['f' => 'v']), $redis->xGroup('CREATE', 's', 'g', '0'), $redis->xReadGroup('g', 'c', ['s' => '>']), $redis->xAck('s', 'g', ['1-1'])]);
    $redis->setOption(Redis::OPT_SERIALIZER, Redis::SERIALIZER_PHP);
    $redis->setOption(Redis::OPT_PREFIX, 'app:');
    show('serialized', [$redis->set('o', ['deep' => [1, 2.5, null]]), $redis->get('o'), $redis->mGet(['o', 'none'])]);
    $redis->setOption(Redis::OPT_SCAN, Redis::SCAN_RETRY);
    $cursor = null;
    $found = $redis->scan($cursor, '*');
    sort($found);
    show('scan', $found);
    show('swapdb', [$redis->swapdb(3, 4), $redis->dbSize(), $redis->flushDB()]);
    show('info', $redis->info('server')['redis_mode']);
}

if (($argv[2] ?? '') === 'rival') {
    ini_set('session.save_handler', 'redis');
    ini_set('session.use_cookies', '0');
    ini_set('session.cache_limiter', '');
    ini_set('redis.session.locking_enabled', '1');
    ini_set('redis.session.lock_wait_time', '2000');
    ini_set('redis.session.lock_retries', '-1');
    for ($i = 0; $i < 10; $i++) {
        session($port, 1, 'two', 'counted');
    }
    exit;
}
sessions($port);
rivals($port, 4);
commands($port);
