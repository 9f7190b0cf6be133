# Completion for bash, and for zsh by its bashcompinit. Commands, options and values are those that the program lists with
# --help, so they cannot differ.

_mautic_gdprd() {
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=() commands help i type IFS=$'\n'
    local -
    set -f  # names of files are what they are

    # Nothing but commands that the program has named is ever handed to it.
    _mautic_gdprd_help() {
        help=$("$1" "${command[@]}" --help 2> /dev/null)
        commands=$(sed -n '/^[Ss][Uu][Bb].*:$/,/^$/s/^  \([a-z-]\{1,\}\) .*/\1/p' <<< "$help")
    }
    _mautic_gdprd_help "$1"
    for ((i = 1; i < COMP_CWORD; ++i)); do
        [[ -n $commands && $'\n'$commands$'\n' == *$'\n'"${COMP_WORDS[i]}"$'\n'* ]] || break
        command+=("${COMP_WORDS[i]}")
        _mautic_gdprd_help "$1"
    done
    unset -f _mautic_gdprd_help

    COMPREPLY=()
    # What an option takes stands after it: FILE, NAME, ready|parked; nothing after one that takes no value.
    type=
    [[ $before != --* ]] || type=$(sed -n "s/^ *${before//[^a-z-]/} \([A-Za-z0-9|/]\{1,\}\)\(\[\|=\| \|\$\).*/\1/p" <<< "$help")
    # The file that a command takes without an option.
    [[ -n $type || $before == --* || $word == -* ]] || type=$(sed -n 's/^  file \(FILE\)\( .*\)\?$/\1/p' <<< "$help")
    case $type in
        FILE) COMPREPLY=($(compgen -f -- "$word")) ;;
        DIR | DIRECTORY) COMPREPLY=($(compgen -d -- "$word")) ;;
        *'|'*) COMPREPLY=($(compgen -W "$(tr '|' '\n' <<< "$type")" -- "$word")) ;;
        NAME)
            [[ $before != --instance ]] || COMPREPLY=($(
                cd /etc/mautic-gdprd 2> /dev/null && compgen -W "$(printf '%s\n' */mautic-gdprd.toml |
                    sed -n 's|^\([a-z0-9-]*\)/.*|\1|p')" -- "$word"))
            ;;
        '')
            [[ $word == -* ]] && commands=$(grep -o '^ *\(-[a-z], *\)\?--[a-z-]*' <<< "$help" | grep -o -- '--.*')
            COMPREPLY=($(compgen -W "$commands" -- "$word"))
            ;;
    esac
}
complete -o filenames -F _mautic_gdprd mautic-gdprd
