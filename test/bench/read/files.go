package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// files are the names of what is read.
type files struct{ plain, quoted, repeated, lines string }

// writeFiles makes files of about 88 bytes a row.
func writeFiles(dir string, rows int) (files, error) {
	names := files{plain: "plain.csv", quoted: "quoted.csv", repeated: "repeated.csv", lines: "lines.jsonl"}
	const header = "company_name,email,country_code,currency,industry,locale,timezone\n"
	const csvRow = "Customer %07d Holding,user.%07d@example%03d.org,%s,%s,%s,%s,%s\n"
	const quotedRow = "\"Customer %07d, \"\"Holding\"\"\",user.%07d@example%03d.org,\"%s\",%s,%s,%s,%s\n"
	const object = `{"company_name":"Customer %07d Holding","email":"user.%07d@example%03d.org","country_code":"%s",` +
		`"currency":"%s","industry":"%s","locale":"%s","timezone":"%s"}` + "\n"
	for name, write := range map[string]func(w io.Writer, i int) error{
		names.plain:  func(w io.Writer, i int) error { return writeRow(w, csvRow, i) },
		names.quoted: func(w io.Writer, i int) error { return writeRow(w, quotedRow, i) },
		names.repeated: func(w io.Writer, i int) error {
			if i%100 == 99 {
				i--
			}
			return writeRow(w, csvRow, i)
		},
		names.lines: func(w io.Writer, i int) error { return writeRow(w, object, i) },
	} {
		head := header
		if name == names.lines {
			head = ""
		}
		if err := writeFile(filepath.Join(dir, name), head, rows, write); err != nil {
			return files{}, err
		}
	}
	return names, nil
}

func writeRow(w io.Writer, format string, i int) error {
	places := [][]any{
		{"DE", "EUR", "plumbing", "de-DE", "Europe/Berlin"},
		{"US", "USD", "logistics", "en-US", "America/New_York"},
		{"JP", "JPY", "retail", "ja-JP", "Asia/Tokyo"},
		{"BR", "BRL", "food", "pt-BR", "America/Sao_Paulo"},
	}
	_, err := fmt.Fprintf(w, format, append([]any{i, i, i % 1000}, places[i%len(places)]...)...)
	return err
}

func writeFile(path, header string, rows int, write func(w io.Writer, i int) error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	if _, err := w.WriteString(header); err != nil {
		return err
	}
	for i := range rows {
		if err := write(w, i); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}
