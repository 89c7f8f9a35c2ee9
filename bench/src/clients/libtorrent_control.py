"""libtorrent under the control of the benchmark; speaks as control.ts does.

Argument: {"port": n, "dir": folder}. Limits, queues and everything that looks for other peers are off. DONE is said
when the disk thread has flushed a finished torrent.
"""

import json
import os
import sys
import threading
import time

import libtorrent as lt

options = json.loads(sys.argv[1])
# Short against any download, long enough that asking costs the client little.
POLL_SECONDS = 0.004


def say(word):
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


session = lt.session(
    {
        "listen_interfaces": "127.0.0.1:%d" % options["port"],
        "enable_dht": False,
        "enable_lsd": False,
        "enable_upnp": False,
        "enable_natpmp": False,
        "enable_incoming_utp": False,
        "enable_outgoing_utp": False,
        "in_enc_policy": 2,
        "out_enc_policy": 2,
        "unchoke_slots_limit": -1,
        "connections_limit": 1000,
        "allow_multiple_connections_per_ip": True,
        "alert_mask": lt.alert.category_t.status_notification
        | lt.alert.category_t.storage_notification
        | lt.alert.category_t.error_notification,
    }
)


def add(command):
    if "magnet" in command:
        params = lt.parse_magnet_uri(command["magnet"])
    else:
        params = lt.add_torrent_params()
        params.ti = lt.torrent_info(command["torrent"])
    params.save_path = command["dir"]
    params.storage_mode = lt.storage_mode_t.storage_mode_sparse
    params.flags &= ~(lt.torrent_flags.auto_managed | lt.torrent_flags.paused)
    session.add_torrent(params)


def listen():
    for line in sys.stdin:
        add(json.loads(line))
    os._exit(0)


threading.Thread(target=listen, daemon=True).start()
say("READY")
finished = False
while True:
    time.sleep(POLL_SECONDS)
    for alert in session.pop_alerts():
        name = type(alert).__name__
        if name == "metadata_received_alert":
            say("META")
        elif name == "torrent_finished_alert":
            finished = True
            alert.handle.flush_cache()
        elif name == "cache_flushed_alert" and finished:
            say("DONE")
        elif name in ("torrent_error_alert", "file_error_alert", "listen_failed_alert"):
            say("ERR " + alert.message())
