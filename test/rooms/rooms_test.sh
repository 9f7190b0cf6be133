#!/bin/bash
# The arrows between rooms, as CMake lists them, are those that the code has: a room includes headers of rooms that it
# names and of no other, it names none that it does not include, and all that it names are listed before it.
# Usage: rooms_test.sh SOURCE_DIRECTORY LIST, where a line of the list is "DIRECTORY ROOM NAMED-ROOM…"
set -euo pipefail
cd "$1"
list=$2

declare -A room_of=() parent_of=() listed=()
while read -r directory room _; do
    room_of[${directory##*/}]=$room
    parent_of[${directory##*/}]=${directory%/*}
done < "$list"
[[ ${#room_of[@]} -gt 10 ]] || { echo "FAILED: $list names no rooms"; exit 1; }

faults=0
fault() {
    echo "FAILED: $*"
    faults=$((faults + 1))
}

while read -r directory room named; do
    declare -A included=()
    while IFS=: read -r file line text; do
        header=${text#*\"} header=${header%\"*} first=${header%%/*}
        # Tests have directories of the same names.
        [[ -n ${room_of[$first]:-} && -e ${parent_of[$first]}/$header ]] || continue
        used=${room_of[$first]}
        [[ $used != "$room" ]] || continue
        included[$used]=1
        [[ " $named " == *" $used "* ]] || fault "$file:$line: $text, and $room does not name the room $used in CMake"
    done < <(grep -rnE '^#include "[^"]+/' --include='*.h' --include='*.cpp' --exclude='*_test.cpp' "$directory")
    for other in $named; do
        [[ -n ${included[$other]:-} ]] || fault "$directory/CMakeLists.txt: $room names $other and includes nothing of it"
        [[ -n ${listed[$other]:-} ]] || fault "$directory/CMakeLists.txt: $room names $other, which is listed after it"
    done
    unset included
    listed[$room]=1
done < "$list"
[[ $faults -eq 0 ]] && echo "${#room_of[@]} rooms are as CMake says"
