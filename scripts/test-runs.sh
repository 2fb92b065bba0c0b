# shellcheck shell=bash
# Sourced by ./test. Its projects are run, three that wait and one that computes beside each other. Their results are counted and
# shown, and whatever a test left running is ended.
# Given by ./test: root, results, project_limit, run_mark, filters, seed. Counted for it: passed, failed, skipped.

# Runs one project's executable; what it printed, and how long each test took, stays in $results, its counts in NAME.counts.
run_project() { # project niceness
    local project=$1 name assembly log status=0 counts total=0 errors=0 fails=0 skips=0 left mark
    name=$(basename "$(dirname "$project")")
    assembly=$(basename "$project" .csproj)
    log="$results/$name.log"
    # Whatever a test leaves behind carries this mark; no other environment does.
    mark="$run_mark-$name"
    (cd "$(dirname "$project")" && HOLDFAST_TEST_RUN="$mark" nice -n "$2" timeout --kill-after=10 "$project_limit" \
        "./bin/Release/net10.0/$assembly" ":$seed" -noLogo -noColor -longRunning 300 -xml "$results/$name.xml" "${filters[@]}" \
        </dev/null >"$log" 2>&1) || status=$?
    # Nothing of it is left by the filters.
    [ ${#filters[@]} -gt 0 ] && [ "$status" -eq 0 ] && grep -qaE 'Total: 0$' "$log" \
        && echo "0 0 0" >"$results/$name.counts" && return
    counts=$(grep -aE 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+' "$log" | tail -n 1) || true
    read -r total errors fails skips < <(sed -E <<<"$counts" \
        's/.*Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+), Skipped: ([0-9]+).*/\1 \2 \3 \4/') || true
    show_skips "$log"
    fails=$((${fails:-0} + ${errors:-0}))
    left=$(( ${total:-0} - ${fails:-0} - ${skips:-0} ))
    if [ "$status" -eq 124 ] || [ "$status" -eq 137 ]; then
        echo "$name: ended after the limit of $project_limit s or killed; what had run for long:"
        show_hung "$log"
        fails=$((fails + 1))
    elif [ -z "$counts" ] || { [ "$status" -ne 0 ] && [ "$fails" -eq 0 ]; }; then
        echo "$name: crashed with exit status $status"
        fails=$((fails + 1))
    fi
    [ "$fails" -eq 0 ] || show_failures "$log"
    left=$((left > 0 ? left : 0))
    end_strays "$mark"
    fails=$((fails + strays))
    times >"$results/$name.times" # of this shell, and of all that it waited for
    echo "$name: $left passed, $fails failed, ${skips:-0} skipped, $SECONDS s ($(tail -n 1 "$results/$name.times" | tr ' ' +) of CPU)"
    echo "$left $fails ${skips:-0}" >"$results/$name.counts"
}

# Projects that wait for processes and real time, the longest first: three of them beside each other. Beside them one of the others, the
# longest first too, which give way where they compute, so that those that wait are not late.
declare -A projects_of=([wait]='console data-plane integration flow supervisor' [other]='simulation engines alerting')
lanes=(wait wait wait other)
niceness() { case " ${projects_of[wait]} engines alerting " in *" $1 "*) echo 0 ;; *) echo 15 ;; esac; }
run_all() {
    local project pid lane kind name one two three
    local -A queue=() running=() names=() paths=()
    local started=() # not by process id: two that ran one after the other may have had the same one
    for project in "$@"; do
        name=$(basename "$(dirname "$project")")
        paths[$name]=$project
    done
    for kind in "${!projects_of[@]}"; do
        for name in ${projects_of[$kind]}; do
            [ -z "${paths[$name]:-}" ] || queue[$kind]+="$name "
        done
    done
    for project in "$@"; do
        name=$(basename "$(dirname "$project")")
        [[ " ${projects_of[*]} " == *" $name "* ]] || queue[other]+="$name "
    done
    while :; do
        for lane in "${!lanes[@]}"; do
            case " ${running[*]:-} " in *" $lane "*) continue ;; esac
            kind=${lanes[$lane]}
            # Nothing is left of its own: it takes from the rest, whose end would be long otherwise.
            [ -n "${queue[$kind]:-}" ] || kind=other
            [ -n "${queue[$kind]:-}" ] || continue
            name=${queue[$kind]%% *} queue[$kind]=${queue[$kind]#* }
            (SECONDS=0 && run_project "${paths[$name]}" "$(niceness "$name")") >"$results/$name.said" 2>&1 &
            running[$!]=$lane names[$!]=$name
            started+=("$name")
        done
        [ ${#running[@]} -gt 0 ] || break
        wait -n -p pid "${!running[@]}" || true
        cat "$results/${names[$pid]}.said"
        unset "running[$pid]"
    done
    for name in "${started[@]}"; do
        read -r one two three <"$results/$name.counts" || { echo "$name: its run broke off" && one=0 two=1 three=0; }
        passed=$((passed + one)) failed=$((failed + two)) skipped=$((skipped + three))
    done
}

slowest() { # the ten tests that took longest, seconds first
    local xml
    for xml in "$results"/*.xml; do
        { grep -aoE '<test [^>]*>' "$xml" 2>/dev/null || true; } \
            | sed -nE 's/.* name="([^"]*)".* time="([0-9.]+)".*/\2 \1/p'
    done | LC_ALL=C sort -rn | sed -n 1,10p # not head: sort would fail at its closed end
}

show_skips() { # how many were skipped for each reason; their names are in the log
    LC_ALL=C awk '/\[SKIP\]$/ && getline { sub(/^ +/, ""); count[$0]++ }
        END { for (reason in count) print "skipped " count[reason] ": " reason }' "$1"
}

show_hung() { # the tests that ran for five minutes or more, with the time that each was last seen at
    LC_ALL=C sed -nE "s/.*\\[Long Running Test\\] '(.*)', Elapsed: ([0-9:]+).*/\\1 \\2/p" "$1" \
        | awk '{ at = $NF; $NF = ""; last[$0] = at } END { for (name in last) print "  " name last[name] }'
}

show_failures() { # the failed tests with their messages; of a project that crashed, how its output ends
    if grep -qaF '[FAIL]' "$1"; then
        grep -aE '^ *\S.*\[FAIL\]$' -A 14 "$1" | grep -avE '^[0-9:.]+ (INF|WRN) ' | head -n 200
    else
        tail -n 25 "$1"
    fi
    echo "(all of it: $1)"
}

# Processes that a test started and did not end: counted in strays as failures, and ended.
end_strays() { # mark
    local environ pid name
    strays=0
    for environ in /proc/[0-9]*/environ; do
        pid=${environ#/proc/}
        pid=${pid%/environ}
        if grep -qzFx "HOLDFAST_TEST_RUN=$1" "$environ" 2>/dev/null && [ "$pid" != $$ ]; then
            name=$(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null) || continue
            [ -n "$name" ] || continue # a zombie
            echo "left behind: $pid $name"
            kill -KILL "$pid" 2>/dev/null || true
            strays=$((strays + 1))
        fi
    done
}
