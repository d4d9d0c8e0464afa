import { editMetadata } from "@darkslide/metadata"
import { printRows } from "../../../tools/bench/bench.ts"
import { exiftoolBatch } from "./exiftool-batch.ts"

/** Setting artist, date and place beside exiftool, the only other program that loses nothing by it. */
export async function editBench(): Promise<void> {
  const changes = {
    artists: ["Zoe"],
    taken: { local: "2021-03-04T05:06:07", offset: "+02:00" },
    location: { latitude: 1.5, longitude: 2.5 },
  }
  const rows = await exiftoolBatch({
    name: "edit",
    peerName: "exiftool, one process",
    ours: async (bytes) => await editMetadata(bytes, changes),
    peer:
      "-Artist=Zoe -DateTimeOriginal='2021:03:04 05:06:07' -OffsetTimeOriginal=+02:00 " +
      "-GPSLatitude=1.5 -GPSLatitudeRef=N -GPSLongitude=2.5 -GPSLongitudeRef=E",
    goal: 15,
  })
  printRows(rows)
}
