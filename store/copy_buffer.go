package store

import (
	"bytes"
	"encoding/binary"
)

// copyBuffer holds rows of a table in PostgreSQL's binary COPY format.
type copyBuffer struct {
	rows int64
	data []byte
}

// begin starts a row.
func (b *copyBuffer) begin(columns uint16) {
	if b.rows == 0 {
		b.data = append(b.data, "PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00"...)
	}
	b.rows++
	b.data = binary.BigEndian.AppendUint16(b.data, columns)
}

func (b *copyBuffer) put64(v uint64) {
	b.data = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(b.data, 8), v)
}

func (b *copyBuffer) put32(v uint32) {
	b.data = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(b.data, 4), v)
}

func (b *copyBuffer) put16(v uint16) {
	b.data = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint32(b.data, 2), v)
}

// putJSON adds a text as a jsonb, whose binary form begins with its version.
func (b *copyBuffer) putJSON(text []byte) {
	b.data = append(binary.BigEndian.AppendUint32(b.data, uint32(len(text)+1)), 1)
	b.data = append(b.data, text...)
}

// reader returns the rows with the end mark.
func (b *copyBuffer) reader() *bytes.Reader {
	return bytes.NewReader(binary.BigEndian.AppendUint16(b.data, 0xffff))
}
