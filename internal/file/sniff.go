package file

import (
	"bytes"
	"net/http"
)

// sniff names the type of a file by its first bytes. It knows the sounds that
// the standard's rules (WHATWG MIME Sniffing, section 6.2) leave out or name
// otherwise: MP3 and AAC without a tag in front, FLAC, and MP4 that says it is
// only sound.
func sniff(head []byte) string {
	switch found := http.DetectContentType(head); found {
	case "audio/wave":
		return "audio/wav"
	case "application/ogg":
		return "audio/ogg"
	case "video/mp4", "application/octet-stream", "text/plain; charset=utf-8":
	default:
		return found
	}
	switch {
	case bytes.HasPrefix(head, []byte("fLaC")):
		return "audio/flac"
	case len(head) >= 12 && string(head[4:8]) == "ftyp" && (string(head[8:12]) == "M4A " || string(head[8:12]) == "M4B "):
		return "audio/mp4"
	case len(head) >= 4 && head[0] == 0xff:
		return sniffFrame(head[1], head[2])
	}
	return "application/octet-stream"
}

// sniffFrame reads the header behind the first byte of an MPEG audio frame
// (ISO/IEC 11172-3, section 2.4.1.3) or of an ADTS frame (ISO/IEC 13818-7,
// section 6.2).
func sniffFrame(second, third byte) string {
	const (
		sync   = 0xe0 // the rest of the syncword
		layer  = 0x06
		layer3 = 0x02
	)
	switch bitrate, rate := third>>4, third>>2&3; {
	case second&0xf6 == 0xf0: // sync, and layer 0
		return "audio/aac"
	case second&sync == sync && second&0x18 != 0x08 && second&layer == layer3 && bitrate != 0 && bitrate != 15 && rate != 3:
		return "audio/mpeg"
	}
	return "application/octet-stream"
}
