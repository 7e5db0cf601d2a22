#compdef switchroom
# SPDX-License-Identifier: MIT
# zsh completion for switchroom(1)
_switchroom_gateways() {
  local run=${opt_args[--run]:-${SWITCHROOM_RUN:-${XDG_RUNTIME_DIR:+$XDG_RUNTIME_DIR/switchroom}}}
  local -a found
  found=(${run:-/run/switchroom}/*/control.sock(N=:h:t))
  _describe gateway found
}

_switchroom() {
  local state line
  typeset -A opt_args
  local -a user_settings
  user_settings=('--name[short name]:name' '--full-name[whole name]:name'
    '--base-line[own line]:line' '--code[login code, - reads it]:code'
    '--force-login[code needed on every line]:bool:(true false)'
    '--login-idle[log out after seconds without a call]:seconds'
    '--forward[number that gets all calls]:number' '--forward-on[forward]:flag:(on off)'
    '--forward-busy[number when busy]:number' '--forward-busy-on[forward]:flag:(on off)'
    '--forward-no-answer[number when not answered]:number'
    '--forward-no-answer-on[forward]:flag:(on off)' '--no-answer[seconds of ringing]:seconds'
    '--do-not-disturb[no calls]:flag:(on off)' '--exceptions[numbers that may disturb]:numbers'
    '--call-waiting[call waiting]:flag:(on off)' '--follow-me[extension that rings instead]:number'
    '--voicemail[callers leave messages]:flag:(on off)'
    '--absence[text that others see]:text' '--user-rights[user rights]:name'
    '--user-rights-out-of-hours[user rights while the time profile is not active]:name'
    '--time-profile[time profile]:name'
    '--agent[logs in at home only]:flag:(on off)'
    '--status-on-no-answer[after a call of a group]:status:(logged_in busy_wrap_up busy_not_available logged_off)'
    '--buttons[programmable buttons]:buttons' '--display-language[of the phone]:language:(locale de en fr nl)'
    '--show-missed-calls[on the phone]:flag:(on off)'
    '--forward-when[forwarding holds]:when:(always active inactive)')
  _arguments -C \
    '(-g --gateway)'{-g,--gateway}'[gateway to talk to]:gateway:_switchroom_gateways' \
    '--run[run directory]:directory:_files -/' '--json[answer in JSON]' '--help[help]' \
    '--version[version]' '1:command:->command' '*::argument:->argument'
  case $state in
  command)
    local -a commands
    commands=('status:everything at a glance' 'lines:state of every line'
      'line:test a line or set its gain' 'levels:how loud lines are' 'capture:record a line or a slot' 'phones:IP phones' 'trunks:lines outside'
      'users:every user of the network' 'user:add, change or remove users'
      'desks:logins at lines here' 'agents:what agents did' 'directory:numbers of people' 'login:log a user in at a line' 'logout:log out a line' 'echo:echo canceller of a line'
      'calls:calls now' 'conference:who takes part, mute' 'parked:calls in park slots' 'groups:hunt groups' 'mailbox:messages that were left' 'peers:the other gateways' 'board:blocks, counters, connections'
      'alarms:what is wrong and what to do' 'log:what happened' 'ladder:the same as a drawing'
      'phone:use a simulated phone' 'dialplan:what digits mean' 'keys:key files'
      'config:configuration files' 'measure:compare recordings' 'completion:this script')
    _describe command commands
    ;;
  argument)
    case $line[1] in
    user) _arguments '1:what:(add set show code remove)' '2:extension' $user_settings ;;
    phone) _arguments '1:line:(all)' \
      '2:what:(off-hook on-hook flash dial play record wait state)' '3:argument:_files' \
      '--pulse[dial by pulses]' '--ms[length of the flash]:ms' '--timeout[seconds]:seconds' ;;
    levels) _arguments '*:line' '--slot[of the switch]:slot' '--watch[once a second]' ;;
    echo) _arguments '1:line' '2:tail:(off 16 32 64 128)' '--watch[once a second]' ;;
    line) _arguments '1:what:(test tone loopback gain)' '2:line' '3:on or off:(on off)' '--tone[Hz]:frequency' \
      '--level[dBm0]:level' '--hz[frequency]:frequency' '--dbm0[level]:level' '--off[no more]' '--seconds[how long]:seconds' '--in[dB]:gain' '--out[dB]:gain' ;;
    conference) _arguments '1:what:(list mute unmute gain)' '2:conference' '3:party' '--says[dB]:gain' '--hears[dB]:gain' ;;
    capture) _arguments '1:line, or number of a slot:(line)' '2:line, or file:_files' '3:file:_files' \
      '--seconds[how long]:seconds' ;;
    mailbox) _arguments '1:what:(list show export delete)' '2:extension' '3:message' '4:file:_files' ;;
    directory) _arguments '1:what:(search personal log)' '2:text or extension' \
      '--add[name and number]:name' '--remove[number]:number' ;;
    desks) _arguments '1:what:(report)' '2:extension' ;;
    dialplan) _arguments '1:what:(explain)' '2:user' '3:digits' ;;
    keys) _arguments '1:what:(new show)' '2:directory:_files -/' '--network-key[copy it]:file:_files' ;;
    config) _arguments '1:what:(check)' '2:file:_files -g "*.toml"' ;;
    ladder) _arguments '--last[how many messages]:number' '--svg[picture]:file:_files' ;;
    log | agents) _arguments '--after[only higher numbers]:number' ;;
    measure) _arguments '1:reference:_files -g "*.wav"' '2:recording:_files -g "*.wav"' '--channel[of a stereo one]:channel:(says hears)' ;;
    completion) _arguments '1:shell:(bash zsh fish)' ;;
    esac
    ;;
  esac
}
_switchroom "$@"
