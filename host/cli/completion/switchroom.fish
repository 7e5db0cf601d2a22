# SPDX-License-Identifier: MIT
# fish completion for switchroom(1)
function __switchroom_gateways
    set -l run /run/switchroom
    test -n "$XDG_RUNTIME_DIR"; and set run $XDG_RUNTIME_DIR/switchroom
    test -n "$SWITCHROOM_RUN"; and set run $SWITCHROOM_RUN
    for socket in $run/*/control.sock
        basename (dirname $socket)
    end
end
set -l commands status lines line levels capture phones trunks users user desks agents directory login logout echo calls conference parked groups mailbox peers board alarms log ladder \
    phone dialplan keys config measure completion
complete -c switchroom -f
complete -c switchroom -s g -l gateway -x -a '(__switchroom_gateways)' -d 'Gateway to talk to'
complete -c switchroom -l run -x -a '(__fish_complete_directories)' -d 'Run directory'
complete -c switchroom -l json -d 'Answer in JSON'
complete -c switchroom -l help -d Help
complete -c switchroom -n "not __fish_seen_subcommand_from $commands" -a "$commands"
complete -c switchroom -n '__fish_seen_subcommand_from user' -a 'add set show code remove'
for setting in name full-name base-line code force-login login-idle forward forward-busy \
        forward-no-answer no-answer exceptions follow-me absence user-rights user-rights-out-of-hours \
        time-profile buttons
    complete -c switchroom -n '__fish_seen_subcommand_from user' -l $setting -x
end
for flag in forward-on forward-busy-on forward-no-answer-on do-not-disturb call-waiting voicemail agent show-missed-calls
    complete -c switchroom -n '__fish_seen_subcommand_from user' -l $flag -x -a 'on off'
end
complete -c switchroom -n '__fish_seen_subcommand_from user' -l forward-when -x -a 'always active inactive'
complete -c switchroom -n '__fish_seen_subcommand_from user' -l status-on-no-answer -x \
    -a 'logged_in busy_wrap_up busy_not_available logged_off'
complete -c switchroom -n '__fish_seen_subcommand_from user' -l display-language -x -a 'locale de en fr nl'
complete -c switchroom -n '__fish_seen_subcommand_from desks' -a report
complete -c switchroom -n '__fish_seen_subcommand_from directory' -a 'search personal log'
complete -c switchroom -n '__fish_seen_subcommand_from personal' -l add -x
complete -c switchroom -n '__fish_seen_subcommand_from personal' -l remove -x
complete -c switchroom -n '__fish_seen_subcommand_from phone' \
    -a 'all off-hook on-hook flash dial play record wait state'
complete -c switchroom -n '__fish_seen_subcommand_from wait' -a 'ringing silent played'
complete -c switchroom -n '__fish_seen_subcommand_from dial' -l pulse -d 'Dial by pulses'
complete -c switchroom -n '__fish_seen_subcommand_from play record measure check' -F
complete -c switchroom -n '__fish_seen_subcommand_from line' -a 'test tone loopback gain'
complete -c switchroom -n '__fish_seen_subcommand_from test' -l tone -x -d 'Hz'
complete -c switchroom -n '__fish_seen_subcommand_from test' -l level -x -d 'dBm0'
complete -c switchroom -n '__fish_seen_subcommand_from tone' -l hz -x -d 'Hz'
complete -c switchroom -n '__fish_seen_subcommand_from tone' -l dbm0 -x -d 'dBm0'
complete -c switchroom -n '__fish_seen_subcommand_from tone' -l off -d 'No more'
complete -c switchroom -n '__fish_seen_subcommand_from loopback' -a 'on off'
complete -c switchroom -n '__fish_seen_subcommand_from levels' -l slot -x -d 'Slot of the switch'
complete -c switchroom -n '__fish_seen_subcommand_from levels' -l watch -d 'Once a second'
complete -c switchroom -n '__fish_seen_subcommand_from echo' -a 'off 16 32 64 128'
complete -c switchroom -n '__fish_seen_subcommand_from echo' -l watch -d 'Once a second'
complete -c switchroom -n '__fish_seen_subcommand_from measure' -l channel -x -a 'says hears'
complete -c switchroom -n '__fish_seen_subcommand_from gain' -l in -x -d 'dB'
complete -c switchroom -n '__fish_seen_subcommand_from gain' -l out -x -d 'dB'
complete -c switchroom -n '__fish_seen_subcommand_from conference' -a 'list mute unmute gain'
complete -c switchroom -n '__fish_seen_subcommand_from gain' -l says -x -d 'dB'
complete -c switchroom -n '__fish_seen_subcommand_from gain' -l hears -x -d 'dB'
complete -c switchroom -n '__fish_seen_subcommand_from capture' -a line -F
complete -c switchroom -n '__fish_seen_subcommand_from capture loopback tone' -l seconds -x
complete -c switchroom -n '__fish_seen_subcommand_from mailbox' -a 'list show export delete'
complete -c switchroom -n '__fish_seen_subcommand_from export' -F
complete -c switchroom -n '__fish_seen_subcommand_from dialplan' -a explain
complete -c switchroom -n '__fish_seen_subcommand_from keys' -a 'new show' -F
complete -c switchroom -n '__fish_seen_subcommand_from keys' -l network-key -r
complete -c switchroom -n '__fish_seen_subcommand_from config' -a check
complete -c switchroom -n '__fish_seen_subcommand_from ladder' -l svg -r -d 'Write a picture'
complete -c switchroom -n '__fish_seen_subcommand_from ladder' -l last -x -d 'How many messages'
complete -c switchroom -n '__fish_seen_subcommand_from log agents' -l after -x
complete -c switchroom -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'
