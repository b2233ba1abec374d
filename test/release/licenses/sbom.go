package main

import (
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// document is an SPDX 2.3 document, as far as a program needs it.
type document struct {
	SPDXVersion       string         `json:"spdxVersion"`
	DataLicense       string         `json:"dataLicense"`
	SPDXID            string         `json:"SPDXID"`
	Name              string         `json:"name"`
	DocumentNamespace string         `json:"documentNamespace"`
	CreationInfo      creation       `json:"creationInfo"`
	Packages          []spdxPackage  `json:"packages"`
	Relationships     []relationship `json:"relationships"`
}

type creation struct {
	Created  string   `json:"created"`
	Creators []string `json:"creators"`
}

type spdxPackage struct {
	Name                  string        `json:"name"`
	SPDXID                string        `json:"SPDXID"`
	VersionInfo           string        `json:"versionInfo"`
	DownloadLocation      string        `json:"downloadLocation"`
	FilesAnalyzed         bool          `json:"filesAnalyzed"`
	Checksums             []checksum    `json:"checksums,omitempty"`
	LicenseConcluded      string        `json:"licenseConcluded"`
	LicenseDeclared       string        `json:"licenseDeclared"`
	CopyrightText         string        `json:"copyrightText"`
	ExternalRefs          []externalRef `json:"externalRefs,omitempty"`
	PrimaryPackagePurpose string        `json:"primaryPackagePurpose"`
}

type checksum struct {
	Algorithm     string `json:"algorithm"`
	ChecksumValue string `json:"checksumValue"`
}

type externalRef struct {
	ReferenceCategory string `json:"referenceCategory"`
	ReferenceType     string `json:"referenceType"`
	ReferenceLocator  string `json:"referenceLocator"`
}

type relationship struct {
	Element string `json:"spdxElementId"`
	Type    string `json:"relationshipType"`
	Related string `json:"relatedSpdxElement"`
}

// writeSBOM writes the bill of materials of a program: itself and the modules that Go recorded in it. The same program
// gives the same document, so its date is that of the commit.
func writeSBOM(ctx context.Context, to io.Writer, program, version, date string) error {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(program)
	if err != nil {
		return err
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	created, err := time.Parse(time.RFC3339, date)
	if err != nil {
		return err
	}
	modules, err := linked(ctx, []string{settings["GOOS"] + "/" + settings["GOARCH"]})
	if err != nil {
		return err
	}
	sum := sha256.Sum256(content)
	name := strings.TrimSuffix(filepath.Base(program), ".exe")
	d := document{
		SPDXVersion: "SPDX-2.3", DataLicense: "CC0-1.0", SPDXID: "SPDXRef-DOCUMENT", Name: name + "-" + version,
		DocumentNamespace: fmt.Sprintf("https://%s/sbom/%x", info.Main.Path, sum),
		CreationInfo:      creation{Created: created.UTC().Format(time.RFC3339), Creators: []string{"Organization: HydraCore", "Tool: hydractl-licenses"}},
	}
	d.add(module{path: info.Main.Path, version: version}, "Apache-2.0", "APPLICATION", []checksum{
		{"SHA256", fmt.Sprintf("%x", sum)},
	})
	recorded := map[string]string{}
	for _, m := range info.Deps {
		recorded[m.Path+"@"+m.Version] = m.Sum
	}
	for _, m := range modules {
		sum, found := recorded[m.path+"@"+m.version]
		if !found && m.path != "std" {
			return fmt.Errorf("%s does not contain %s@%s, which this source does: is it built from another commit?", program, m.path, m.version)
		}
		_, ids, err := m.texts()
		if err != nil {
			return err
		}
		var sums []checksum
		if raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(sum, "h1:")); err == nil && len(raw) == sha256.Size {
			sums = []checksum{{"SHA256", fmt.Sprintf("%x", raw)}} // of the module's tree, as in go.sum
		}
		d.add(m, strings.Join(ids, " AND "), "LIBRARY", sums)
	}
	out := json.NewEncoder(to)
	out.SetIndent("", "  ")
	return out.Encode(d)
}

// add appends a package; the first one is what the document describes, and it contains the others.
func (d *document) add(m module, license, purpose string, sums []checksum) {
	id := "SPDXRef-Package-" + strings.NewReplacer("/", "-", "_", "-", "~", "-").Replace(m.path)
	kind, of := "DESCRIBES", d.SPDXID
	if len(d.Packages) > 0 {
		kind, of = "CONTAINS", d.Packages[0].SPDXID
	}
	d.Relationships = append(d.Relationships, relationship{Element: of, Type: kind, Related: id})
	d.Packages = append(d.Packages, spdxPackage{
		Name: m.path, SPDXID: id, VersionInfo: m.version, DownloadLocation: "NOASSERTION", Checksums: sums,
		LicenseConcluded: license, LicenseDeclared: license, CopyrightText: "NOASSERTION", PrimaryPackagePurpose: purpose,
		ExternalRefs: []externalRef{{"PACKAGE-MANAGER", "purl", "pkg:golang/" + m.path + "@" + m.version}},
	})
}
