# What redis-suite puts over the harness of Redis's own tests, in a copy of it in a temporary directory; no assertion is touched.
#
#   a test's outcome is written to the file SUITE_RESULTS: ok|err|block, name, first line of the error, separated by tabs
#   a failing test is one failure: the connection is made anew under its name, a server that it has stopped goes on, a maxmemory that
#   it has set is taken back, and the next test runs (with --durable)
#   a reply that does not come in SUITE_SECONDS fails the test, and closes the connection
#   a command or setting that the server doesn't know, outside of a test, is noted and skipped, so that it fails no whole file
#   DEBUG RELOAD and DEBUG LOADAOF, which stand for a start with what is on disk, are one of a node (SUITE_RESTART): by SIGTERM before
#   it, and by SIGKILL
#   FUNCTION FLUSH and the settings that a block of tests asks for may fail, in external mode

set ::suite_results [open $::env(SUITE_RESULTS) a]
fconfigure $::suite_results -buffering line -encoding utf-8
set ::suite_depth 0

proc suite_note {outcome name {error ""}} {
    set name [string map {"\t" " " "\n" " "} $name]
    set error [string map {"\t" " "} [lindex [split $error "\n"] 0]]
    regsub {^assertion:} $error {} error
    regsub { \(context: .*} $error {} error
    puts $::suite_results "$outcome\t$name\t[string range $error 0 300]"
}

proc suite_is_missing {error} {
    return [regexp -nocase {unknown (sub)?command|unknown option or number of arguments|config set failed} $error]
}

rename ::redis::__dispatch__ ::redis::suite_dispatch
proc ::redis::__dispatch__ {id method args} {
    if {[string equal -nocase $method debug] && [llength $args] == 1 && $::env(SUITE_RESTART) ne ""} {
        switch -nocase [lindex $args 0] {
            reload { return [suite_restart $id TERM] }
            loadaof { return [suite_restart $id KILL] }
        }
    }
    set code [catch {::redis::suite_dispatch $id $method {*}$args} reply]
    if {$code == 1 && $::suite_depth == 0 && [suite_is_missing $reply]} {
        puts "suite: skipped outside of a test: $method $args: $reply"
        return ""
    }
    return -code $code $reply
}

# Other connections than this one are lost.
proc suite_restart {id signal} {
    catch {::redis::suite_dispatch $id config rewrite}
    exec $::env(SUITE_RESTART) $signal >/dev/null 2>/dev/null
    catch {close $::redis::fd($id)}
    set ::redis::fd($id) {}
    if {!$::singledb} {
        ::redis::suite_dispatch $id select 9
    }
    return OK
}

rename ::redis::redis_read_reply ::redis::suite_read_reply
proc ::redis::redis_read_reply {id fd} {
    if {[info exists ::redis::blocking($id)] && $::redis::blocking($id)} {
        suite_await $id $fd
    }
    return [::redis::suite_read_reply $id $fd]
}

proc suite_await {id fd} {
    fileevent $fd readable [list set ::suite_arrived($fd) 1]
    set timer [after [expr {$::env(SUITE_SECONDS) * 1000}] [list set ::suite_arrived($fd) 0]]
    vwait ::suite_arrived($fd)
    after cancel $timer
    fileevent $fd readable {}
    if {!$::suite_arrived($fd)} {
        catch {close $fd}
        set ::redis::fd($id) {}
        error "no reply in $::env(SUITE_SECONDS) seconds"
    }
}

# As the suite's own reconnect, but that names of connections which the file of tests has kept are still good.
proc suite_renew {} {
    foreach server $::servers {
        if {[dict exists $server pid]} {
            catch {exec kill -CONT [dict get $server pid]}
        }
    }
    set client [srv client]
    if {![regexp {redisHandle(\d+)$} $client - id]} {
        return
    }
    catch {close $::redis::fd($id)}
    set ::redis::fd($id) {}
    set ::redis::blocking($id) 1
    set ::redis::deferred($id) 0
    set ::redis::readraw($id) 0
    ::redis::redis_reset_state $id
    if {![dict exists [srv config] requirepass] && !$::singledb} {
        $client select 9
    }
}

rename test suite_test
proc test {name code {okpattern undefined} {tags {}}} {
    set passed $::num_passed
    set failed $::num_failed
    set limits_memory [regexp -nocase {config set maxmemory } $code]
    incr ::suite_depth
    set code [catch {uplevel 1 [list suite_test $name $code $okpattern $tags]} error options]
    incr ::suite_depth -1
    if {$code == 1} {
        suite_note err $name $error
        return -options $options $error
    }
    if {$::num_failed > $failed} {
        # the name, the assertion, and for what is no assertion the whole error
        suite_note err $name [lindex [lrange [lindex $::tests_failed end] 1 2] end]
        catch {suite_renew}
        # a limit that the test has set and not taken back would fail all after it
        if {$limits_memory} {
            catch {r config set maxmemory 0}
        }
    } elseif {$::num_passed > $passed} {
        suite_note ok $name
    }
}

rename send_data_packet suite_send_data_packet
proc send_data_packet {fd status data {elapsed 0}} {
    # at the end of all tests a client finds the connection to the suite's server closed
    set is_end [string match "*expected non-negative integer but got*" $data]
    if {$::suite_depth == 0 && ($status eq "err" || $status eq "exception") && !$is_end} {
        suite_note block $::curfile $data
    }
    suite_send_data_packet $fd $status $data $elapsed
}

# As the original, but that what it sets up and takes back may fail.
proc run_external_server_test {code overrides} {
    set client [redis $::host $::port 0 $::tls]
    set srv [dict create host $::host port $::port client $client config [dict create port $::port]]
    if {!$::singledb} {
        $client select 9
    }
    lappend ::servers $srv
    r flushall
    catch {r function flush}
    set saved {}
    foreach {param val} $overrides {
        catch {
            dict set saved $param [lindex [r config get $param] 1]
            r config set $param $val
        }
    }
    if {[catch {uplevel 2 $code} error]} {
        incr ::num_failed
        lappend ::tests_failed [list $::curfile $error]
        send_data_packet $::test_server_fd err "$error\n$::errorInfo"
        catch {reconnect}
    }
    dict for {param val} $saved {
        catch {r config set $param $val}
    }
    set srv [lpop ::servers]
    catch {[dict get $srv "client"] close}
}
