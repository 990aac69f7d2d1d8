#!/bin/sh
# Says in one sentence why an installation failed, from its log.
log=$1
if grep -qE 'Failed to establish|NewConnectionError|NameResolution|Temporary failure|ProxyError|timed out|ConnectTimeout|unreachable|from versions: none' "$log"; then
	echo "The libraries could not be fetched, since no package index answers: connect this machine to the network once, then try again ($log has the details)."
elif grep -q 'DO NOT MATCH THE HASHES' "$log"; then
	echo "A library is not the one that was locked, so nothing was installed ($log names it)."
else
	echo "The libraries could not be installed; the last line of $log says why:"
	grep -v '^[[:space:]]*$' "$log" | tail -n 1
fi
exit 1
