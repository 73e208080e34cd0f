package entsoed_test

import (
	"archive/tar"
	"bytes"
	"debug/elf"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

// largestImage is the size that the image must stay below, in bytes.
const largestImage = 40_000_000

// TestImage builds the image and looks at what it is made of.
func TestImage(t *testing.T) {
	needDocker(t)
	image := testName()
	docker(t, "build", "--progress", "plain", "--build-arg", "VERSION="+builtVersion, "--tag", image, ".")
	t.Cleanup(func() { exec.Command("docker", "image", "rm", "--force", image).Run() })

	t.Run("config", func(t *testing.T) { checkImageConfig(t, image) })
	t.Run("files", func(t *testing.T) { checkImageFiles(t, image) })
	t.Run("version", func(t *testing.T) {
		if out := docker(t, "run", "--rm", image, "version"); !strings.Contains(out, builtVersion) {
			t.Errorf("version prints %q, not the one it was built with", out)
		}
	})
}

// checkImageConfig checks user, size, health check and entry point.
func checkImageConfig(t *testing.T, image string) {
	var found []struct {
		Size   int64
		Config struct {
			User            string
			Entrypoint, Cmd []string
			Healthcheck     struct{ Test []string }
			WorkingDir      string
			Env             []string
		}
	}
	if err := json.Unmarshal([]byte(docker(t, "image", "inspect", image)), &found); err != nil {
		t.Fatal(err)
	}
	got := found[0]
	t.Logf("the image has %.1f MB", float64(got.Size)/1e6)
	if got.Size >= largestImage {
		t.Errorf("the image has %d bytes, not below %d", got.Size, largestImage)
	}
	if got.Config.User != "65532:65532" {
		t.Errorf("user is %q, want 65532:65532", got.Config.User)
	}
	if want := []string{"/entsoed"}; !slices.Equal(got.Config.Entrypoint, want) {
		t.Errorf("entry point is %q, want %q", got.Config.Entrypoint, want)
	}
	if want := []string{"CMD", "/entsoed", "healthcheck"}; !slices.Equal(got.Config.Healthcheck.Test, want) {
		t.Errorf("health check is %q, want %q", got.Config.Healthcheck.Test, want)
	}
}

// checkImageFiles checks that there is no shell, that the binary is static and
// that the log folder is the user's.
func checkImageFiles(t *testing.T, image string) {
	id := strings.TrimSpace(docker(t, "create", image))
	t.Cleanup(func() { exec.Command("docker", "rm", "--force", id).Run() })
	files := tar.NewReader(strings.NewReader(docker(t, "export", id)))
	shells := []string{"sh", "bash", "dash", "ash", "busybox", "zsh"}
	var binary, logs bool
	for {
		file, err := files.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if slices.Contains(shells, path.Base(file.Name)) {
			t.Errorf("the image has a shell: /%s", file.Name)
		}
		switch file.Name {
		case "entsoed":
			binary = true
			checkStatic(t, files)
		case "var/log/entsoed/":
			logs = true
			if file.Uid != 65532 || file.Gid != 65532 {
				t.Errorf("/%s belongs to %d:%d, want 65532:65532", file.Name, file.Uid, file.Gid)
			}
		}
	}
	if !binary || !logs {
		t.Errorf("found /entsoed: %t, found /var/log/entsoed/: %t", binary, logs)
	}
}

// checkStatic checks that a program asks for no interpreter and no library.
func checkStatic(t *testing.T, program io.Reader) {
	t.Helper()
	content, err := io.ReadAll(program)
	if err != nil {
		t.Fatal(err)
	}
	binary, err := elf.NewFile(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	for _, section := range binary.Progs {
		if section.Type == elf.PT_INTERP || section.Type == elf.PT_DYNAMIC {
			t.Errorf("the binary is not static: it has a segment %s", section.Type)
		}
	}
}
