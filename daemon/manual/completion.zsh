#compdef mautic-gdprd
# Completion for zsh: that for bash, which lies beside this file in share/.
autoload -Uz bashcompinit && bashcompinit
. "${${(%):-%x}:A:h}/../../bash-completion/completions/mautic-gdprd"
_bash_complete -o filenames -F _mautic_gdprd mautic-gdprd
