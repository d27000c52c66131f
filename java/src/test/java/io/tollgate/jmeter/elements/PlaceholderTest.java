package io.tollgate.jmeter.elements;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.weisj.darklaf.theme.Theme;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Map;
import javax.swing.JComponent;
import javax.swing.JTextField;
import javax.swing.LookAndFeel;
import javax.swing.UIManager;
import org.junit.jupiter.api.Test;

/** A blank field shows greyed what counts in its place. */
class PlaceholderTest extends CredentialFormCase {
  @Test
  void whatAPresetBringsIsGreyedUntilSomethingElseIsSet() {
    show("preset", "google");
    assertEquals("oauth2.googleapis.com", standard("host"));
    assertEquals("https://oauth2.googleapis.com/token", standard("token_url"));
    assertEquals("jwt_bearer", standard("grant"));
    assertEquals("1m", standard("assertion_lifetime"));
    show("preset", "entra", "tenant", "acme");
    assertEquals("client_secret_post", standard("client_auth"));
    assertEquals("https://login.microsoftonline.com/acme/oauth2/v2.0/token", standard("token_url"));
    field("private_key").show("file:key.pem");
    assertEquals("", standard("client_auth"), "it is private_key_jwt then");
    show("preset", "microsoft_graph");
    assertEquals("https://graph.microsoft.com/.default", standard("scope"));
    show("preset", "zoom");
    assertEquals("account_credentials", standard("grant_type"));
    assertTrue(isShown("grant_type"));
    show();
    assertEquals("client_credentials", standard("grant"));
    assertEquals("", standard("scope"));
    assertFalse(form.values().containsKey("grant"), "greyed is not set");
  }

  @Test
  void anotherLookChangesNothingOfThat() throws Exception {
    inMetal(this::whatAPresetBringsIsGreyedUntilSomethingElseIsSet);
  }

  private String standard(String key) {
    return Placeholder.of(field(key).component());
  }

  @Test
  void aBlankFieldIsDrawnWithWhatCountsAndAFilledOneIsNot() throws Exception {
    for (String key : new String[] {"host", "client_secret", "grant"}) {
      JComponent drawn = field(key).component();
      Placeholder.show(drawn, "");
      BufferedImage blank = Forms.draw(drawn);
      Placeholder.show(drawn, "oauth2.example.com");
      BufferedImage greyed = Forms.draw(drawn);
      assertTrue(differ(blank, greyed), key + " shows what counts");
      field(key).show("x");
      BufferedImage filled = Forms.draw(drawn);
      Placeholder.show(drawn, "");
      assertFalse(differ(filled, Forms.draw(drawn)), key + " shows its own text alone");
    }
  }

  @Test
  void whatIsGreyedCanBeReadInEachLook() throws Exception {
    LookAndFeel before = UIManager.getLookAndFeel();
    try {
      for (Map.Entry<String, Theme> look : Forms.looks().entrySet()) {
        Forms.ready(look.getValue());
        JTextField field = new JTextField();
        Color grey = Contrast.palest(field.getForeground(), field.getBackground());
        double contrast = Contrast.ratio(grey, field.getBackground());
        assertTrue(contrast >= 4.5, look.getKey() + ": " + contrast);
      }
    } finally {
      UIManager.setLookAndFeel(before);
    }
    assertEquals(21, Contrast.ratio(Color.BLACK, Color.WHITE), 0.01, "WCAG 2.1");
  }

  private static boolean differ(BufferedImage one, BufferedImage other) {
    for (int y = 0; y < one.getHeight(); y++) {
      for (int x = 0; x < one.getWidth(); x++) {
        if (one.getRGB(x, y) != other.getRGB(x, y)) {
          return true;
        }
      }
    }
    return false;
  }
}
