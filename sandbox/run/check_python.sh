#!/bin/sh
# Says in one sentence what is wrong with $PYTHON, if anything. Any Python, however old, can run the one-liners.
if [ -z "$PYTHON" ] || ! command -v "$PYTHON" >/dev/null 2>&1; then
	echo "VisitBridge needs Python 3.11 or newer, and there is no Python here: install python3.11 and try again."
	exit 1
fi
"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
	found=$("$PYTHON" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null)
	echo "VisitBridge needs Python 3.11 or newer; $PYTHON is ${found:-older}: install python3.11, or name another with make PYTHON=…"
	exit 1
}
"$PYTHON" -c 'import ensurepip, venv' 2>/dev/null || {
	echo "This Python cannot make a virtual environment: install its venv module (on Debian: apt-get install python3.11-venv)."
	exit 1
}
