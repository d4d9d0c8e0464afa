/** What exiftool may say of a scrubbed file: how to decode, place and time the picture, and about its colours. */
const groups: Readonly<Record<string, RegExp>> = {
  SourceFile: /.*/u,
  ExifTool: /^(?:ExifToolVersion|Warning|Error)$/u,
  System: /.*/u,
  File: /^(?!Comment|.*(?:Digest|Thumbnail|Preview))/u,
  Composite: /^(?:ImageSize|Megapixels|Rotation|AvgBitrate|RedPrimary|BlueStart)$/u,
  IFD0: /^Orientation$/u,
  JFIF: /^(?:JFIFVersion|ResolutionUnit|XResolution|YResolution)$/u,
  Adobe: /^(?:APP14Flags[01]|ColorTransform|DCTEncodeVersion)$/u,
  PNG: /^(?:Animation(?:Frames|Plays)|BitDepth|ColorType|Compression|Filter|Image(?:Height|Width)|Interlace|Palette|Transparency|BackgroundColor|Gamma|SRGBRendering|SignificantBits|WhitePoint[XY]|(?:Red|Green|Blue)[XY]|ICC_Profile|ProfileName|ColorPrimaries|TransferCharacteristics|MatrixCoefficients|VideoFullRangeFlag|Unknown_(?:mDCV|cLLI))$/u,
  "PNG-pHYs": /^Pixel(?:Units|sPerUnit[XY])$/u,
  "PNG-cICP": /.*/u,
  RIFF: /^(?:Alpha\w+|HorizontalScale|VerticalScale|Image(?:Height|Width)|VP8Version|WebP_Flags|AnimationLoopCount|BackgroundColor|FrameCount|Duration)$/u,
  GIF: /^(?:AnimationIterations|BackgroundColor|BitsPerPixel|ColorResolutionDepth|Duration|FrameCount|GIFVersion|HasColorMap|Image(?:Height|Width)|TransparentColor)$/u,
  Meta: /^(?:MetaImageSize|PrimaryItemReference|Unknown_(?:grpl|free))$/u,
  QuickTime:
    /^(?!.*(?:Location|GPS|Comment|Title|Author|Artist|Make|Model|Software|Description|Keyword|Copyright|Encoder|UUID|UserData|Vendor|HandlerDescription))/u,
  Matroska: /^(?!DateTimeOriginal|Title|MuxingApp|WritingApp|Tag|Attached|Chapter|SegmentUID)/u,
}
const track =
  /^(?!.*(?:Location|GPS|Comment|Title|Author|Artist|Make|Model|Software|VendorID|CompressorName|HandlerDescription|TrackName))/u
/** Dates of a clip have a place in its structure; they must say nothing. */
const dates = /(?:Create|Modify)Date$/u

/** The tags that a scrub should have removed, such as `IFD0:Artist`. */
export function leftovers(tags: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.keys(tags).filter((key) => {
    const colon = key.indexOf(":")
    const group = colon === -1 ? key : key.slice(0, colon)
    const tag = key.slice(colon + 1)
    if (dates.test(tag) && group !== "System" && !group.startsWith("ICC"))
      return tags[key] !== "0000:00:00 00:00:00" && tags[key] !== 0
    if (group === "PNG" && tag === "ProfileName") return tags[key] !== "ICC"
    if (group.startsWith("ICC")) return false
    if (/^Track\d+$/u.test(group)) return !track.test(tag)
    return !(Object.hasOwn(groups, group) && groups[group]?.test(tag))
  })
}
