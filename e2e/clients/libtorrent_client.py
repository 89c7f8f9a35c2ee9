#!/usr/bin/python3
"""libtorrent under the control of a test: one JSON command a line on stdin, one JSON event a line on stdout.

argv[1]: {"host": "127.0.0.1"}
in:  {"op": "seed" | "fetch", "torrent": path} or {"op": "fetch", "magnet": link}, with "folder"; one torrent per process
     {"op": "dial", "host": ..., "port": ...}   tried again until somebody is connected
     {"op": "uploaded"}
out: {"event": "listening", "port": n}, "metadata", "complete" (everything there, checked and written), "error",
     {"event": "uploaded", "bytes": n}
Ends when stdin does.
"""
import json
import os
import sys
import threading
import time

import libtorrent as lt

ASK_EVERY_SECONDS = 0.02
DIAL_EVERY_SECONDS = 0.3


def say(event, **fields):
    sys.stdout.write(json.dumps({"event": event, **fields}) + "\n")
    sys.stdout.flush()


def make_session(host):
    category = lt.alert.category_t
    return lt.session(
        {
            "listen_interfaces": f"{host}:0",
            "enable_dht": False,
            "enable_lsd": False,
            "enable_upnp": False,
            "enable_natpmp": False,
            "enable_outgoing_utp": False,
            "enable_incoming_utp": False,
            "out_enc_policy": 2,  # pe_disabled
            "in_enc_policy": 2,
            # All peers of a test share one address.
            "allow_multiple_connections_per_ip": True,
            "alert_mask": category.status_notification | category.error_notification | category.storage_notification,
        }
    )


def read_commands(commands):
    for line in sys.stdin:
        commands.append(json.loads(line))
    os._exit(0)


class Control:
    def __init__(self, session):
        self.session = session
        self.handle = None
        self.dials = []
        self.next_dial = 0.0

    def run(self, command):
        op = command["op"]
        if op in ("seed", "fetch"):
            if "magnet" in command:
                params = lt.parse_magnet_uri(command["magnet"])
            else:
                params = lt.add_torrent_params()
                params.ti = lt.torrent_info(command["torrent"])
            params.save_path = command["folder"]
            params.flags &= ~lt.torrent_flags.auto_managed
            params.flags &= ~lt.torrent_flags.paused
            self.handle = self.session.add_torrent(params)
        elif op == "dial":
            self.dials.append((command["host"], command["port"]))
        elif op == "uploaded":
            say("uploaded", bytes=self.handle.status().total_payload_upload)

    def dial(self):
        if self.handle is None or not self.dials or time.monotonic() < self.next_dial:
            return
        self.next_dial = time.monotonic() + DIAL_EVERY_SECONDS
        if self.handle.status().num_peers > 0:
            self.dials = []
        for address in self.dials:
            self.handle.connect_peer(address)

    def hear(self, alert):
        name = type(alert).__name__
        if name == "listen_succeeded_alert" and "tcp" in str(alert.socket_type).lower():
            say("listening", port=alert.port)
        elif name == "metadata_received_alert":
            say("metadata")
        elif name == "torrent_finished_alert":
            alert.handle.flush_cache()
        elif name == "cache_flushed_alert":
            if alert.handle.status().is_seeding:
                say("complete")
        elif name in ("torrent_error_alert", "file_error_alert", "listen_failed_alert"):
            say("error", message=alert.message())


def main():
    session = make_session(json.loads(sys.argv[1])["host"])
    control = Control(session)
    commands = []
    threading.Thread(target=read_commands, args=(commands,), daemon=True).start()
    while True:
        while commands:
            control.run(commands.pop(0))
        control.dial()
        for alert in session.pop_alerts():
            control.hear(alert)
        time.sleep(ASK_EVERY_SECONDS)


main()
