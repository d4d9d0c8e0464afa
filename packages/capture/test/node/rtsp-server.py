# Serves a video file as a camera does, by GStreamer's RTSP server: one argument, the file. Prints its port.
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer

Gst.init(None)
if len(sys.argv) < 2:
    sys.exit(0 if Gst.ElementFactory.find("rtph264pay") and Gst.ElementFactory.find("qtdemux") else 1)
factory = GstRtspServer.RTSPMediaFactory()
factory.set_launch(f'( filesrc location="{sys.argv[1]}" ! qtdemux ! rtph264pay name=pay0 pt=96 config-interval=-1 )')
server = GstRtspServer.RTSPServer()
server.set_address("127.0.0.1")
server.set_service("0")
server.get_mount_points().add_factory("/camera", factory)
server.attach(None)
print(server.get_bound_port(), flush=True)
GLib.MainLoop().run()
