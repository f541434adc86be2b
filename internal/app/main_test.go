package app_test

import (
	"os"
	"testing"

	"parley/internal/app/apptest"
)

func TestMain(m *testing.M) { os.Exit(apptest.Main(m)) }
