# SPDX-License-Identifier: MIT
# bash completion for switchroom(1)
_switchroom_run() {
  local i
  for ((i = 1; i < COMP_CWORD; i++)); do
    [[ ${COMP_WORDS[i]} == --run ]] && { echo "${COMP_WORDS[i + 1]}"; return; }
  done
  echo "${SWITCHROOM_RUN:-${XDG_RUNTIME_DIR:+$XDG_RUNTIME_DIR/switchroom}}"
}

_switchroom() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} words=() i
  COMPREPLY=()
  case $prev in
  -g | --gateway)
    local run socket
    run=$(_switchroom_run)
    for socket in "${run:-/run/switchroom}"/*/control.sock; do
      [[ -S $socket ]] && words+=("$(basename "$(dirname "$socket")")")
    done
    mapfile -t COMPREPLY < <(compgen -W "${words[*]}" -- "$cur")
    return
    ;;
  --forward-on | --forward-busy-on | --forward-no-answer-on | --do-not-disturb | --call-waiting | \
    --voicemail | --agent | --show-missed-calls)
    mapfile -t COMPREPLY < <(compgen -W "on off" -- "$cur")
    return
    ;;
  --status-on-no-answer)
    mapfile -t COMPREPLY < <(compgen -W "logged_in busy_wrap_up busy_not_available logged_off" -- "$cur")
    return
    ;;
  --display-language)
    mapfile -t COMPREPLY < <(compgen -W "locale de en fr nl" -- "$cur")
    return
    ;;
  --channel)
    mapfile -t COMPREPLY < <(compgen -W "says hears" -- "$cur")
    return
    ;;
  --forward-when)
    mapfile -t COMPREPLY < <(compgen -W "always active inactive" -- "$cur")
    return
    ;;
  --run) mapfile -t COMPREPLY < <(compgen -d -- "$cur"); return ;;
  --svg | --network-key | play | record | check | measure)
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    return
    ;;
  esac
  # The words that name the command, without global options and their values.
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
    -g | --gateway | --run) ((i++)) ;;
    -*) ;;
    *) words+=("${COMP_WORDS[i]}") ;;
    esac
  done
  local next=
  case ${words[0]-} in
  "") next="status lines line levels capture phones trunks users user desks agents directory login logout echo calls conference parked groups mailbox peers board alarms log ladder phone dialplan keys config measure completion --gateway --run --json --help --version" ;;
  user) case ${#words[@]}/${words[1]-} in
    1/) next="add set show code remove" ;;
    */add | */set) next="--name --full-name --base-line --code --force-login --login-idle
      --forward --forward-on --forward-busy --forward-busy-on --forward-no-answer
      --forward-no-answer-on --no-answer --do-not-disturb --exceptions --call-waiting --follow-me
      --voicemail --absence --user-rights --user-rights-out-of-hours --time-profile --forward-when
      --agent --status-on-no-answer --buttons --display-language --show-missed-calls" ;;
    esac ;;
  phone) case ${#words[@]} in
    1) next="all" ;;
    2) next="off-hook on-hook flash dial play record wait state" ;;
    *) case ${words[2]} in
      wait) next="ringing silent played --timeout" ;;
      dial) next="--pulse" ;;
      flash) next="--ms" ;;
      esac ;;
    esac ;;
  conference) [ ${#words[@]} = 1 ] && next="list mute unmute gain" ; [ "${words[1]-}" = gain ] && next="--says --hears" ;;
  line) case ${words[1]-} in
    "") next="test tone loopback gain" ;;
    test) next="--tone --level" ;;
    tone) next="--hz --dbm0 --seconds --off" ;;
    loopback) next="on off --seconds" ;;
    gain) next="--in --out" ;;
    esac ;;
  capture) next="line --seconds" ;;
  levels) next="--slot --watch" ;;
  echo) [[ ${#words[@]} -eq 2 ]] && next="off 16 32 64 128 --watch" ;;
  measure) next="--channel" ;;
  mailbox) [[ ${#words[@]} -eq 1 ]] && next="list show export delete" ;;
  directory) [[ ${#words[@]} -eq 1 ]] && next="search personal log" || next="--add --remove" ;;
  desks) [[ ${#words[@]} -eq 1 ]] && next="report" ;;
  dialplan) [[ ${#words[@]} -eq 1 ]] && next="explain" ;;
  keys) [[ ${#words[@]} -eq 1 ]] && next="new show" || next="--network-key" ;;
  config) [[ ${#words[@]} -eq 1 ]] && next="check" ;;
  ladder) next="--last --svg" ;;
  log | agents) next="--after" ;;
  completion) next="bash zsh fish" ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$next --json --help" -- "$cur")
  [[ ${words[0]-} == measure || ${words[0]-} == keys || ${words[0]-} == capture || ${words[0]-}${words[1]-} == mailboxexport ]] &&
    mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$cur")
}
complete -F _switchroom switchroom
