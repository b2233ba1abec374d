# Sets words, cword and cur to the words of the line up to the cursor. bash splits words at = : and @ too: what has no blank
# between it is joined again.
__hydractl_split_words()
{
    local rest=${COMP_LINE:0:COMP_POINT} word i
    words=() cur=
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if ((i == 0)) || [[ $rest == [[:space:]]* ]]; then
            words+=("")
            rest=${rest#"${rest%%[![:space:]]*}"}
        fi
        [[ $rest == "$word"* ]] || word=$rest # the cursor is within this word
        words[${#words[@]} - 1]+=$word
        rest=${rest#"$word"}
    done
    cword=$((${#words[@]} - 1))
    cur=${words[cword]}
}

# Takes from each answer what stands on the line before the last character at which readline splits: it stays there.
__hydractl_trim_answers()
{
    local kept=$1 i
    local breaks=${COMP_WORDBREAKS//[[:space:]\"\']/}
    kept=${kept%"${kept##*["$breaks"]}"}
    kept=${kept%@} # which readline hands out with what follows it
    [[ $1 == -*=* ]] && kept=${kept#*=}
    [[ -n $kept ]] || return 0
    for i in "${!COMPREPLY[@]}"; do
        COMPREPLY[i]=${COMPREPLY[i]#"$kept"}
    done
}

